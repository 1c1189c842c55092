// Package compose tests the Compose stack of deploy/ on a Docker engine of its own:
//
//	go test -tags docker -v ./internal/e2e/compose
//	go test -tags docker -v ./internal/e2e/compose -orders 50 -kills 20 -timeout 60m
//
// It needs root on Debian and installs Debian's engine, Compose and debootstrap.
// The images that a registry would give are built from Debian packages and Go
// modules, see engine.sh. Without root the test fails and says so.
package compose
