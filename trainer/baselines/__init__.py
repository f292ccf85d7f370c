"""The paper's baselines, one file each (paper, 5.1.2); found by `trainer.detector.detectors`."""
