#!/bin/sh
# Puts a file into the one comment of ours on a pull request: updates it where there is one, else makes it.
# Needs GH_TOKEN, GITHUB_REPOSITORY, PULL_REQUEST and the program gh, which GitHub's runners have.
set -eu

marker='<!-- rampart diff -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  printf '%s\n' "$marker"
  cat "$1"
} > "$body"

# of the oldest first, so that it stays the same one
comment=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)

if [ -n "$comment" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$comment" --field "body=@$body"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments" --field "body=@$body"
fi
