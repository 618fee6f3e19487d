"""The sample province: today's Đồng Tháp, ready to be tried."""

from contact_center.province.loading import load_sample, main

__all__ = ["load_sample", "main"]
