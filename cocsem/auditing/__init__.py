"""Audit: ask another program the same question and say how far the answers lie apart."""

from cocsem.auditing.engines import audit
from cocsem.auditing.programs import audit_programs

__all__ = ["audit", "audit_programs"]
