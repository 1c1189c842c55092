package exampletest

import (
	"context"
	"log"
	"os"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// Start starts the server of a test binary, which the program under test finds,
// and no other. It is for TestMain, and ends the process when there is none.
func Start() *devserver.Server {
	server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err == nil {
		err = os.Setenv("TEMPORAL_ADDRESS", server.ClientOptions.HostPort)
	}
	if err != nil {
		log.Fatal(err) // the server ends with its parent
	}
	return server
}
