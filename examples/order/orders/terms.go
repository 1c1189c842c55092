package orders

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// TermsOf are the usual rules, with times that an audience can wait for: pace is
// how long people have, and all else is a part of it.
func TermsOf(pace time.Duration) Terms {
	sales := policy.Quorum(1, "sales").Within(pace)
	return Terms{
		ApproveFrom: 1_000_00, Approval: sales, Unclear: policy.Quorum(1, "accounts").Within(policy.NoDeadline),
		ChargeWithin: pace, Quiet: pace / 20, CollectWithin: pace, ShipWithin: pace,
	}
}
