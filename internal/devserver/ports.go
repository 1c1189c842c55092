package devserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// portNames are the settings of the ports that the server listens on, clients'
// first.
var portNames = []string{
	"FRONTEND_GRPC_PORT", "FRONTEND_HTTP_PORT", "FRONTEND_MEMBERSHIP_PORT", "HISTORY_GRPC_PORT", "HISTORY_MEMBERSHIP_PORT",
	"MATCHING_GRPC_PORT", "MATCHING_MEMBERSHIP_PORT", "WORKER_GRPC_PORT", "WORKER_MEMBERSHIP_PORT",
}

// portsIn are the ports of the server in dir, free ones the first time. Its data
// name them, so they stay the same.
func portsIn(dir string) ([]int, error) {
	file := filepath.Join(dir, "ports")
	var ports []int
	text, err := os.ReadFile(file)
	for _, word := range strings.Fields(string(text)) {
		port, wrong := strconv.Atoi(word)
		if wrong != nil {
			return nil, fmt.Errorf("devserver: %s holds no ports: %w; remove it", file, wrong)
		}
		ports = append(ports, port)
	}
	if err == nil && len(ports) == len(portNames) {
		return ports, nil
	}
	if ports, err = lowPorts(len(portNames)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, []byte(strings.Trim(fmt.Sprint(ports), "[]")), 0o600); err != nil {
		return nil, fmt.Errorf("devserver: the ports of the server cannot be kept: %w; give a directory that exists and can be written", err)
	}
	return ports, nil
}

// The server keeps its ports in PostgreSQL in two bytes, with a sign.
const (
	lowestPort  = 20_000
	highestPort = 32_000
)

// given are the ports that servers of this process were given: each is free until
// its server listens there, so another that starts meanwhile would choose it too.
var given struct {
	sync.Mutex
	ports map[int]bool
}

// lowPorts are n free ones that the server can keep. Where to look begins at the
// number of this process, so that programs that start together do not collide.
func lowPorts(n int) ([]int, error) {
	const all = highestPort - lowestPort
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = map[int]bool{}
	}
	var ports []int
	for i := range all {
		port := lowestPort + (os.Getpid()*n+i)%all
		if !given.ports[port] && portFree(port) == nil {
			given.ports[port] = true
			if ports = append(ports, port); len(ports) == n {
				return ports, nil
			}
		}
	}
	return nil, fmt.Errorf("devserver: there are no %d free ports from %d to %d; end some programs", n, lowestPort, highestPort)
}
