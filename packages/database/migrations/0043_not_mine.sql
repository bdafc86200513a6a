-- Only here so that this worktree's tests run before 0043 of another branch is merged: never committed.
select 1;
