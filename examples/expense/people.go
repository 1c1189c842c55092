package main

import (
	"maps"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// people is who may log in, and what groups they belong to. The API takes the
// groups from here, never from the request. Knowing a person by a name that
// the caller gives is for this demonstration only: use your sign-in.
var people = map[string][]string{
	"ann": {"finance"},
	"bob": {"finance", "sales"},
	"cid": {"controlling"},
	"dan": {"sales"},
	"eve": {"sales", "finance"},
	"fay": {"directors"},
}

// auth says in a vote how its actor is known.
const auth = "demo-directory"

// signIn returns the actor of that name, if there is one.
func signIn(name string) (actor approval.Actor, known bool) {
	groups, known := people[name]
	return approval.Actor{ID: name, Groups: groups, Auth: auth}, known
}

func names() []string { return slices.Sorted(maps.Keys(people)) }
