package policy

import "fmt"

// Tiers choose a policy by an amount, such as cents.
type Tiers []Tier

// A Tier takes amounts below Below that no earlier tier takes. The last tier has no Below.
type Tier struct {
	Below int64 `json:"below,omitempty"`
	// AllowNegative lets the first tier take amounts below zero too. By default they
	// are an error: a credit note, or a sum that has overflowed, is not a small amount.
	AllowNegative bool   `json:"allowNegative,omitempty"`
	Policy        Policy `json:"policy"`
}

// For returns the policy for the amount, or what is wrong with the tiers.
func (t Tiers) For(amount int64) (Policy, error) {
	if err := t.Validate(); err != nil {
		return Policy{}, err
	}
	if amount < 0 && !t[0].AllowNegative {
		return Policy{}, fmt.Errorf(
			"policy: the amount is %d, and no tier takes negative amounts; check it, or set allowNegative in the first tier", amount)
	}
	last := len(t) - 1
	for _, tier := range t[:last] {
		if amount < tier.Below {
			return tier.Policy, nil
		}
	}
	return t[last].Policy, nil
}

// Validate reports what is wrong with the tiers, and what to write instead.
func (t Tiers) Validate() error {
	ps := &problems{}
	if len(t) == 0 {
		ps.add("there are no tiers; give at least one, without below")
	}
	for i, tier := range t {
		last := i == len(t)-1
		switch {
		case last && tier.Below != 0:
			ps.add("the last tier ends below %d; leave below out, so that it takes all other amounts", tier.Below)
		case !last && tier.Below <= 0, i > 0 && !last && tier.Below <= t[i-1].Below:
			ps.add("tier %d ends below %d; give each tier but the last more than the one before", i+1, tier.Below)
		}
		if tier.AllowNegative && i > 0 {
			ps.add("tier %d allows negative amounts, which are less than those of tier 1; set allowNegative there", i+1)
		}
		ps.tier = fmt.Sprintf("tier %d: ", i+1)
		tier.Policy.validate(ps)
		ps.tier = ""
	}
	return ps.err()
}
