package devserver_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func ExampleConnect() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	server, err := devserver.Connect(ctx, os.Stderr)
	if err != nil {
		log.Println(err)
		return
	}
	defer server.Stop()
	fmt.Println("look at", server.UI)
}

func ExampleStart() {
	ctx := context.Background()
	server, err := devserver.Start(ctx, os.Stderr, devserver.Options{})
	if err != nil {
		log.Println(err)
		return
	}
	defer server.Stop()
	c, err := client.NewLazyClient(server.ClientOptions)
	if err != nil {
		log.Println(err)
		return
	}
	defer c.Close()
	_, err = c.CheckHealth(ctx, &client.CheckHealthRequest{})
	fmt.Println("healthy:", err == nil)
	// Output: healthy: true
}
