"""Filing rules of a guide as data: how many proposals, by whom, until when, how long, how much."""

from matcher.rules.reading import RULE_KINDS, Finding, Rule, Rules, Status, guide_rules, read_rules, rules_for

__all__ = ["RULE_KINDS", "Finding", "Rule", "Rules", "Status", "guide_rules", "read_rules", "rules_for"]
