package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// live asks the process that listens at address. It is for images without a shell.
func live(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() { // it listens everywhere
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/livez", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // there is nothing in it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the worker at %s is not live: %s", address, response.Status)
	}
	return nil
}
