// Package retryserver holds no code, only tests: what package retry promises
// about attempts, waits and the ends of activities, shown on a real Temporal
// server, which decides about them.
package retryserver
