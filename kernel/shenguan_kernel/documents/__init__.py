"""上级文件: an office's incoming documents and their forwarding (抄告) within one working day (R17, R18).

One slice, mounted twice: the bureau's documents live in approval-svc, the departments' in supervision-svc. What
differs, the `source` of the events, comes from the service that mounts it.
"""
