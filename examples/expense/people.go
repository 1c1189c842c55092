package main

import (
	"errors"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// people is who may log in, and what groups they belong to. The groups come from
// here, never from the request.
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

// signedIn says who has sent a request: whoever it says, without a password. That
// is for this demonstration only: use your sign-in.
func signedIn(r *http.Request) (approval.Actor, error) {
	name, _, _ := r.BasicAuth()
	groups, known := people[name]
	if !known {
		return approval.Actor{}, errors.New("nobody here has that name")
	}
	return approval.Actor{ID: name, Groups: groups, Auth: auth}, nil
}
