// Package testenv makes quiet workflow test environments. The SDK's default
// test logger writes to standard output, which breaks the checked output of
// examples and buries failures.
package testenv

import (
	"io"
	"log/slog"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// Logger returns a logger that writes nothing.
func Logger() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// options let workflow code take its time: the race detector makes it slow, and
// the machine may be busy.
func options(interceptors []interceptor.WorkerInterceptor) worker.Options {
	return worker.Options{Interceptors: interceptors, DeadlockDetectionTimeout: time.Minute}
}

// New returns a workflow test environment that logs nothing and runs the given
// worker interceptors.
func New(interceptors ...interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(Logger())
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(options(interceptors))
	return env
}
