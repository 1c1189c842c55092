// Package polling waits for a job of a service that sends no message when it ends.
package polling

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Interval is the time between two looks at the job.
const Interval = time.Minute

// Wait starts a job and waits for a day until it is done. Failed attempts take no history
// events, so waiting takes the same number however long it lasts.
func Wait(ctx workflow.Context, job string) (result string, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: Interval, BackoffCoefficient: 1},
	})
	err = workflow.ExecuteActivity(ctx, "Look", job).Get(ctx, &result)
	return result, err
}

// Activities asks the service.
type Activities struct {
	Status func(ctx context.Context, job string) (state, result string, err error)
}

// Look returns the result of a job. A job that runs is an error that Temporal retries; it is
// benign, so it is neither logged nor counted as a failure.
func (a *Activities) Look(ctx context.Context, job string) (string, error) {
	switch state, result, err := a.Status(ctx, job); {
	case err != nil:
		return "", err
	case state == "done":
		return result, nil
	case state == "failed":
		return "", retry.NonRetryable(fmt.Errorf("job %s has failed: %s", job, result))
	default:
		return "", retry.Benign(errors.New("the job runs"))
	}
}
