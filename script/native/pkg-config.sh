#!/bin/sh
# pkg-config for GN's `pkg_config` argument: GN asks for the flags of every system library that any BUILD file it loads
# names (GTK, CUPS, PipeWire, ...), also for targets that nothing here builds. A library that is not installed gets empty flags
# instead of ending `gn gen`; a target that really needs it then fails in its own compile step, by the name of the header.
pkg-config "$@" 2>/dev/null && exit 0
case " $* " in
  *" --exists "* | *" --atleast-version="*) exit 1 ;;
  *" --modversion "*) echo 0.0.0 ;;
  *) echo ;;
esac
