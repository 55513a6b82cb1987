"""How do incoming documents lie in the database of the service that mounts them?"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shenguan_chassis.search import names_index
from shenguan_chassis.store import aggregate

from .rules import PolicyDocument

metadata = MetaData()

documents = aggregate(
    metadata,
    PolicyDocument,
    noun="policy-document",
    owner=("department", "shared_with"),
    columns=[
        Column("department", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("document_no", Text),
        Column("superior", Text, nullable=False),
        Column("issued_on", Date),
        Column("recipients", ARRAY(Text), nullable=False),
        Column("shared_with", ARRAY(Text), nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("registered_at", DateTime(timezone=True), nullable=False),
        Column("forwardings", JSONB, nullable=False),
        Index("policy_documents_by_department", "department", "id"),
        Index("policy_documents_by_share", "shared_with", postgresql_using="gin"),
        Index("policy_documents_by_time", "received_at", "id"),
        Index("policy_documents_by_number", "document_no"),
    ],
)
names_index("policy_documents_by_title", documents.c.title)
