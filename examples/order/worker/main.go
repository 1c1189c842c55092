// Worker runs the worker of orders in one process with its API, the probes /livez and
// /readyz, and /metrics. This is the program to deploy.
//
//	ORDER_PARTNERS=http://partners:8090 TEMPORAL_ADDRESS=temporal:7233 worker
//	worker healthcheck    # exits with 1 if the worker on this machine is not live
//	worker -help          # lists the settings
//
// It reads its settings from the environment, like Temporal's own tools
// (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…). After SIGTERM
// or Ctrl-C it finishes its requests and activities.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/contrib/envconfig"

	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/healthcheck"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), "worker [healthcheck]\n\nSettings in the environment:\n", service.Help())
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := service.FromEnv(os.Getenv)
	switch {
	case flags.NArg() == 1 && flags.Arg(0) == "healthcheck":
		return healthcheck.Live(ctx, c.Listen)
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case err != nil:
		return err
	}
	if c.Temporal, err = envconfig.LoadDefaultClientOptions(); err != nil {
		return err
	}
	c.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	c.Identify = service.DemoSignIn // replace it with your sign-in
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("ORDER_LISTEN is %q: %w; set an address that is free, such as \"127.0.0.1:8081\"", c.Listen, err)
	}
	return service.Run(ctx, l, c)
}
