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
	security.RejectThreshold = 1
	security.RequireCommentOn = []approval.Choice{approval.Reject}
	security.ValidFor = time.Duration(useBy)

	product := policy.Quorum(2, "product").Within(time.Hour)
	product.RejectThreshold = 2
	product.ValidFor = time.Duration(useBy)
	return map[string]policy.Policy{Security: security, Product: product}
}
