// Package healthcheck asks a process for its liveness: the health check of an image
// that has no shell.
package healthcheck

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Live returns an error unless the process that listens at address, a host and a
// port, answers GET /livez with 200 within two seconds. It asks the loopback address
// when address has no host.
func Live(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
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
		return fmt.Errorf("the process at %s is not live: %s", address, response.Status)
	}
	return nil
}
