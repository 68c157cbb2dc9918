"""What `milepost doctor` looks at, one file a region. Each look yields lines; none changes anything."""
