// Package timeoutserver holds no code, only tests: what package timeouts and the
// movable deadlines of package signals promise, shown on a real Temporal server,
// which decides when an activity has timed out, and who is told.
package timeoutserver
