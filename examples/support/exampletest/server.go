package exampletest

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// Start starts the server of a test binary, which the program under test finds,
// and no other: the settings of the developer do not count. It is for TestMain,
// and ends the process when there is no server.
func Start() *devserver.Server {
	server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err == nil {
		err = use(server)
	}
	if err != nil {
		log.Fatal(err) // the server ends with its parent
	}
	return server
}

// use makes a server the only one that Temporal's configuration knows.
func use(server *devserver.Server) error {
	env := server.Environ(os.Environ())
	os.Clearenv()
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
