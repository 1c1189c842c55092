// Package devserver gives examples and tests a real Temporal server, as a
// separate process.
//
// An example must work from a fresh clone, whether or not a server runs
// already. A test must never share a server with anyone. So there are two
// ways in: [Connect] finds a server and starts one only when there is none,
// [Start] always starts a private one on a port of its own.
//
//	func main() {
//		ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
//		defer cancel()
//		server, err := devserver.Connect(ctx, os.Stderr)
//		if err != nil {
//			log.Fatal(err) // nothing is left running
//		}
//		defer server.Stop()
//		c, err := client.DialContext(ctx, server.ClientOptions)
//		...
//	}
//
// A test package starts one server for all of its tests. m.Run keeps the exit
// code, so TestMain may return and run its deferred calls:
//
//	func TestMain(m *testing.M) {
//		server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer server.Stop()
//		clientOptions = server.ClientOptions
//		m.Run()
//	}
//
// # What is guaranteed
//
// A returned server answers health checks. When Connect or Start fails, also
// by the end of its context, none of its processes is left. The server has a
// process group of its own, so Ctrl-C in a terminal does not reach it: workers
// can finish first, then [Server.Stop] ends it. On Linux it also dies with the
// program that started it, even by SIGKILL. Servers listen on loopback only.
//
// # What is not
//
// On macOS a program that is killed, or that calls os.Exit before Stop,
// leaves its server (or its build) running; the next Connect finds the server.
// On systems other than Linux and macOS there are no process groups and no
// locks: programs that start together may disturb each other. A server that
// another program started ends when that program does. The version of a
// `temporal` found on PATH is not checked.
//
// # Cost
//
// A start takes about 0.7 s and a stop about 1.1 s. Without a `temporal` on
// PATH the first start on a machine builds the official CLI. On 2 cores that
// takes 3 minutes, and 5 minutes when Go's caches are empty; it leaves 250 MB
// in the user's cache directory and 3 GB in Go's caches.
package devserver
