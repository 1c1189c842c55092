// Package testenv creates workflow test environments that log nothing. The SDK's
// default test logger writes to standard output, which hides failures.
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

// Logger returns a logger that discards everything.
func Logger() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// timeout limits workflow code. The SDK allows one second for a workflow task, which
// is too short with the race detector on a busy machine.
const timeout = time.Minute

func newEnv(suite *testsuite.WorkflowTestSuite, interceptors []interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: interceptors, DeadlockDetectionTimeout: timeout})
	env.SetTestTimeout(timeout)
	return env
}

// New returns a workflow test environment with the given worker interceptors.
func New(interceptors ...interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(Logger())
	return newEnv(suite, interceptors)
}
