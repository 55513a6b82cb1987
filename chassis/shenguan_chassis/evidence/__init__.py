"""How is it shown to a court, or to whoever was not there, that something happened as we say?

part              what one service gives: events, journal rows, proofs to a signed head, what it witnessed of the others
links             which other aggregates an aggregate's story leads to
verify_evidence   one file of standard-library Python that checks a bundle of parts offline
"""
