"""Differential replay: the same steps sent to two implementations of one vendor, and what differs in their answers.

pair         a machine's Sender that takes each step on both sides
differences  what differs between two answers, after normalising what may: ids, times, unordered lists
side         one of the two: a mock of our own, a mock with a control API, or a real target
session      a run: sequences, the shortest reproduction of each difference, events
"""
