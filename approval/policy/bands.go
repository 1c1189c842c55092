package policy

import "fmt"

// Tiers choose a policy by an amount, such as cents.
type Tiers []Tier

// A Band is for amounts below Below, and not in a band above it in the list. The
// last one has no Below.
type Tier struct {
	Below int64 `json:"below,omitempty"`
	// Negative lets the first band take amounts below zero too. By default they
	// are an error: a credit note, or a sum that has overflowed, should not be
	// taken for a small amount.
	Negative bool   `json:"negative,omitempty"`
	Policy   Policy `json:"policy"`
}

// Pick returns the policy for the amount, or what is wrong with the bands.
func (b Tiers) For(amount int64) (Policy, error) {
	if err := b.Validate(); err != nil {
		return Policy{}, err
	}
	if amount < 0 && !b[0].Negative {
		return Policy{}, fmt.Errorf(
			"policy: the amount is %d, and no band takes negative ones; check it, or set negative in the first band", amount)
	}
	last := len(b) - 1
	for _, band := range b[:last] {
		if amount < band.Below {
			return band.Policy, nil
		}
	}
	return b[last].Policy, nil
}

// Validate reports what is wrong with the bands, and what to write instead.
func (b Tiers) Validate() error {
	c := &complaints{}
	if len(b) == 0 {
		c.add("there are no bands; give at least one, without below")
	}
	for i, band := range b {
		last := i == len(b)-1
		switch {
		case last && band.Below != 0:
			c.add("the last band ends below %d; leave below out, so that it takes what is left", band.Below)
		case !last && band.Below <= 0, i > 0 && !last && band.Below <= b[i-1].Below:
			c.add("band %d ends below %d; give each but the last one more than the one before", i+1, band.Below)
		}
		if band.Negative && i > 0 {
			c.add("band %d takes negative amounts, which are less than those of band 1; set negative there", i+1)
		}
		c.band = fmt.Sprintf("band %d: ", i+1)
		band.Policy.validate(c)
		c.band = ""
	}
	return c.err()
}
