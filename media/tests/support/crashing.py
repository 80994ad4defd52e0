"""A module for a confined process that breaks as a decoder would: by an address that is not there."""

import ctypes

ctypes.string_at(0)
