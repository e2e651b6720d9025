"""Reliability: alpha, composite reliability, omega, AVE and H, each with its definition."""

from cocsem.assessment.reliability.assessment import reliability

__all__ = ["reliability"]
