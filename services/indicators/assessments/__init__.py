"""督导考核 (assessments, 第五章第四节): all targets of a year as they stood, frozen under a hash.

A snapshot is written once and never changed; what was restated since is asked when it is read, beside it.
"""
