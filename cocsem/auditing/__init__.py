"""Audit: ask another program the same question and say how far the answers lie apart."""

from cocsem.auditing.engines import audit

__all__ = ["audit"]
