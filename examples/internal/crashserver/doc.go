// Package crashserver kills workers with SIGKILL, at named points and at random, and
// stops them for longer than their lease, while they run guarded activities on a
// real Temporal server with records in real databases. It crashes PostgreSQL, loses
// answers of the store, and counts from outside what took effect. It has tests only.
//
//	go test ./examples/internal/crashserver                                 # SQLite
//	go test -tags servers ./examples/internal/crashserver                   # and PostgreSQL
//	go test -tags servers ./examples/internal/crashserver -kills 200 -v     # the long run
//	go test -tags servers ./examples/internal/crashserver -run Storm -calls 1000 -v   # all of it at once
package crashserver
