// Package crashserver kills workers with SIGKILL, at named points and at random,
// while they run guarded activities on a real Temporal server with records in
// real databases, and counts from outside what took effect. It has tests only.
//
//	go test ./examples/internal/crashserver                                 # SQLite
//	go test -tags servers ./examples/internal/crashserver                   # and PostgreSQL
//	go test -tags servers ./examples/internal/crashserver -kills 200 -v     # the long run
package crashserver
