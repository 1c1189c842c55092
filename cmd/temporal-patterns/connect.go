package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	sdklog "go.temporal.io/sdk/log"
)

// A connection is how the tool reaches the Temporal server. What is empty comes from the
// environment and the profile, as for Temporal's own tools.
type connection struct {
	address, namespace, profile string
}

func (s *session) addConnection(c *cobra.Command) *cobra.Command {
	flags := c.PersistentFlags()
	flags.StringVar(&s.connection.address, "address", "", "address of the Temporal server, instead of TEMPORAL_ADDRESS")
	flags.StringVarP(&s.connection.namespace, "namespace", "n", "", "namespace, instead of TEMPORAL_NAMESPACE")
	flags.StringVar(&s.connection.profile, "profile", "", "profile of Temporal's configuration file, instead of TEMPORAL_PROFILE")
	return c
}

// withTemporal calls do with a client of the server, and its namespace, within the timeout.
func withTemporal(s *session, cmd *cobra.Command, do func(ctx context.Context, c client.Client, namespace string) error) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), s.timeout)
	defer cancel()
	c, namespace, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return do(ctx, c, namespace)
}

// dial connects to the Temporal server and returns the namespace, too.
func (s *session) dial(ctx context.Context) (client.Client, string, error) {
	options, err := envconfig.LoadClientOptions(envconfig.LoadClientOptionsRequest{
		ConfigFileProfile: s.connection.profile, EnvLookup: variables{s.environment},
	})
	if err != nil {
		return nil, "", fmt.Errorf(
			"the settings of Temporal cannot be read: %w; check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the TLS files", err)
	}
	if s.connection.address != "" {
		options.HostPort = s.connection.address
	}
	if s.connection.namespace != "" {
		options.Namespace = s.connection.namespace
	}
	if options.HostPort == "" {
		options.HostPort = client.DefaultHostPort
	}
	if options.Namespace == "" {
		options.Namespace = client.DefaultNamespace
	}
	options.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, "", fmt.Errorf(
			"the Temporal server at %q does not answer: %w; check --address or TEMPORAL_ADDRESS, and TLS", options.HostPort, err)
	}
	return c, options.Namespace, nil
}

// The variables are the environment as envconfig reads it.
type variables struct{ environment }

// Environ returns all variables, among which are the headers of gRPC calls.
func (v variables) Environ() []string { return v.environ }

// LookupEnv returns a variable.
func (v variables) LookupEnv(name string) (string, bool) { return v.lookup(name) }
