#!/bin/sh
# Takes a change of rampart's table back that nobody confirms in time, whatever has become of the agent: it needs sh, nft and
# the state folder, and no Node, no git, no network.
#
#   usage: rampart-revert.sh STATE_FOLDER
#
# inverse.nft leads back to the table of before. The file deadline says when: "SECONDS BOOT ID ...", in seconds of /proc/uptime
# of that boot, which no change of the clock moves; the agent may replace it, so it is read each time. Whoever renames or
# removes inverse.nft decides: claimed.nft goes back, by us or by the agent; when it is gone, the change was confirmed.
# reverted.nft tells the agent that it is done. Runs as long as a change waits; several of these at once do no harm.

set -u
umask 077
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
export PATH

# What is not fit for comparison is over.
readonly now=0

read_deadline() {
	due='' boot='' id='' label=''
	[ -r inverse.nft ] || return 1
	# older agents wrote "# deadline: SECONDS BOOT ID" into its second line
	{ read -r _ && read -r _ label due boot id; } 2>/dev/null <inverse.nft || return 1
	if [ "$label" != deadline: ]; then
		due='' boot='' id=''
		{ read -r due boot id _ <deadline; } 2>/dev/null
	fi
	case $due in '' | *[!0-9]*) due=$now ;; esac
}

is_over() {
	read -r this_boot </proc/sys/kernel/random/boot_id
	read -r uptime _ </proc/uptime
	[ "$boot" != "$this_boot" ] || [ "${uptime%%.*}" -ge "$due" ]
}

# The agent waits for this word before it changes anything.
announce() {
	[ "$id" != "${announced-}" ] || return 0
	printf '%s\n' "$id" >"watching.$$" && mv -f "watching.$$" watching
	announced=$id
}

# Whoever claimed may have died between the claim and the load.
wait_for_other() {
	seconds=0
	while [ -e claimed.nft ] && [ "$seconds" -lt 10 ]; do
		sleep 1
		seconds=$((seconds + 1))
	done
	[ -e claimed.nft ]
}

go_back() {
	tries=0
	until nft -f claimed.nft; do
		tries=$((tries + 1))
		[ "$tries" -lt 30 ] || exit 1
		sleep 1
		# the agent may have done it meanwhile
		[ -e claimed.nft ] || exit 0
	done
	mv claimed.nft reverted.nft
	exit 0
}

cd "$1" || exit 1
while read_deadline; do
	announce
	if is_over && mv inverse.nft claimed.nft 2>/dev/null; then go_back; fi
	sleep 1
done
if wait_for_other; then go_back; fi
exit 0
