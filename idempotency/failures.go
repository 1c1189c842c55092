package idempotency

import (
	"fmt"

	failurepb "go.temporal.io/api/failure/v1"
)

// encodeFailure is a failure as Temporal would keep it, with all details.
func (g *Guard) encodeFailure(err error) ([]byte, error) {
	return g.failures.ErrorToFailure(err).Marshal()
}

// failure is the failure that was kept.
func (g *Guard) failure(kept []byte) error {
	f := &failurepb.Failure{}
	if err := f.Unmarshal(kept); err != nil {
		return refuse(NoResult, fmt.Sprintf("the work has failed before, and its record of %d bytes cannot be read: %v; look at the workflow's history", len(kept), err))
	}
	return g.failures.FailureToError(f)
}
