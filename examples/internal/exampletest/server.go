package exampletest

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
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
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "TEMPORAL_") {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	for name, value := range map[string]string{
		"TEMPORAL_ADDRESS":     server.ClientOptions.HostPort,
		"TEMPORAL_NAMESPACE":   server.ClientOptions.Namespace,
		"TEMPORAL_CONFIG_FILE": os.DevNull, // not the one in the home directory
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
