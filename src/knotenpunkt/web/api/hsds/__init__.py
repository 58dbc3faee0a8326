"""The public directory at the paths of HSDS 3.0, without key; also valid as Open Referral UK."""
