# The shell of the ceremony's user: what this is, and what to type.
unset HISTFILE
bind 'set enable-bracketed-paste off'
PS1='ceremony:\w$ '
cd
clear
tuf-ceremony kit verify /opt/tuf-ceremony
help() { cat /usr/lib/ceremony/help.txt; }
help
