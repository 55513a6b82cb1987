"""Which numbers does the law name things by? One module per kind; each offers its pure check and a pydantic type.

A person's numbers have theirs in `shenguan_kernel.personal`.

A failed check is a `PydanticCustomError`: a stable English code, a Chinese text that says what to do. No input is ever
corrected, and no message repeats a person's number.
"""
