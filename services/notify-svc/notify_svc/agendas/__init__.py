"""Agendas: at which secret address does an office's own calendar program read what it still owes?"""
