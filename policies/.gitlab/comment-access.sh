#!/bin/sh
# Puts a file into the one comment of ours on a merge request: updates it where there is one, else makes it.
# Needs RAMPART_COMMENT_TOKEN and the variables that GitLab sets; curl and node.
set -eu

if [ -z "${RAMPART_COMMENT_TOKEN:-}" ]; then
  echo 'no RAMPART_COMMENT_TOKEN: the comparison is an artifact of this job'
  exit 0
fi

marker='<!-- rampart diff -->'
notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
body=$(mktemp)
header=$(mktemp)
trap 'rm -f "$body" "$header"' EXIT
# in a file, so that no list of processes shows it
printf 'PRIVATE-TOKEN: %s\n' "$RAMPART_COMMENT_TOKEN" > "$header"
{
  printf '%s\n' "$marker"
  cat "$1"
} > "$body"

call() {
  curl --fail --silent --show-error --header "@$header" "$@"
}

# of the oldest first, so that it stays the same one
find_ours="
  const notes = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
  const ours = notes.find((note) => note.body.startsWith('$marker'))
  console.log(ours === undefined ? '' : ours.id)
"
page=1
note=''
while [ -z "$note" ]; do
  list=$(call "$notes?sort=asc&order_by=created_at&per_page=100&page=$page")
  [ "$list" != '[]' ] || break
  note=$(printf '%s' "$list" | node -e "$find_ours")
  page=$((page + 1))
done

if [ -n "$note" ]; then
  call --request PUT --data-urlencode "body@$body" --output /dev/null "$notes/$note"
else
  call --request POST --data-urlencode "body@$body" --output /dev/null "$notes"
fi
