"""Moderation: does one construct, or belonging to a group, change how strongly another one works?"""

from cocsem.assessment.moderation.groups import group_moderation
from cocsem.assessment.moderation.interaction import moderation

__all__ = ["group_moderation", "moderation"]
