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

// patience is how long workflow code may take: the race detector makes it slow,
// and the machine may be busy. The SDK gives one second to a workflow task, and
// three to a workflow in which nothing happens.
const patience = time.Minute

func newEnv(suite *testsuite.WorkflowTestSuite, interceptors []interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: interceptors, DeadlockDetectionTimeout: patience})
	env.SetTestTimeout(patience)
	return env
}

// New returns a workflow test environment that logs nothing and runs the given
// worker interceptors.
func New(interceptors ...interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(Logger())
	return newEnv(suite, interceptors)
}
