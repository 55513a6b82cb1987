"""Business hours: until when is an office open, and what does a receipt after closing time count as?"""
