package main

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// policies say who decides on a release. One of security is enough, for a yes and
// for a no: that is a veto. Of product it takes two for either. What they approve
// must be deployed within useBy.
func policies(useBy time.Duration) map[string]policy.Policy {
	security := policy.Quorum(1, "security").Within(time.Hour)
	security.RequireCommentOn = []approval.Choice{approval.Reject}
	security.ValidFor = useBy

	product := policy.Quorum(2, "product").Within(time.Hour)
	product.Stages[0].RejectThreshold = 2
	product.ValidFor = useBy
	return map[string]policy.Policy{Security: security, Product: product}
}
